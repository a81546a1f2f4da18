import { namesOf } from "./attributes.ts";

/** What kind of thing a noun names; it decides the Korean counting word and whether the thing has an upright position. */
export type Category =
  | "animal"
  | "plant"
  | "food"
  | "vehicle"
  | "building"
  | "toy"
  | "clothing"
  | "instrument"
  | "tool"
  | "furniture"
  | "device"
  | "thing"
  | "shape"
  | "person"
  | "text"
  | "stamp";

/** A countable thing with a name. */
export interface Noun {
  /** Its English name, by which everything else refers to it. */
  readonly name: string;
  readonly plural: string;
  /** Its Korean name; absent for stamps without a Korean text. */
  readonly korean?: string;
  readonly category: Category;
}

/** A noun that emoji draw, with its code point in hexadecimal. */
export interface EmojiNoun extends Noun {
  readonly code: string;
}

/** Countable, easily told apart, and of one meaning: not every emoji is. `code name[/plural] korean`, Korean names after emojibase's. */
const table = {
  animal: `1f412 monkey 원숭이; 1f98d gorilla 고릴라; 1f415 dog 개; 1f408 cat 고양이; 1f981 lion 사자; 1f405 tiger 호랑이; 1f406 leopard 표범;
    1f40e horse 말; 1f993 zebra 얼룩말; 1f98c deer/deer 사슴; 1f9ac bison/bison 들소; 1f404 cow 젖소; 1f416 pig 돼지; 1f40f ram 숫양; 1f410 goat 염소;
    1f42a camel 낙타; 1f999 llama 라마; 1f992 giraffe 기린; 1f418 elephant 코끼리; 1f98f rhinoceros 코뿔소; 1f99b hippopotamus 하마;
    1f401 mouse/mice 생쥐; 1f407 rabbit 토끼; 1f994 hedgehog 고슴도치; 1f987 bat 박쥐; 1f428 koala 코알라; 1f43c panda 판다; 1f9a5 sloth 나무늘보;
    1f9a6 otter 수달; 1f9a8 skunk 스컹크; 1f998 kangaroo 캥거루; 1f9a1 badger 오소리; 1f983 turkey 칠면조; 1f413 rooster 수탉; 1f427 penguin 펭귄;
    1f985 eagle 독수리; 1f986 duck 오리; 1f9a2 swan 백조; 1f989 owl 부엉이; 1f9a9 flamingo 홍학; 1f99a peacock 공작; 1f99c parrot 앵무새;
    1f438 frog 개구리; 1f40a crocodile 악어; 1f422 turtle 거북이; 1f98e lizard 도마뱀; 1f40d snake 뱀; 1f409 dragon 용; 1f40b whale 고래;
    1f42c dolphin 돌고래; 1f9ad seal 물개; 1f420 fish/fish 물고기; 1f988 shark 상어; 1f419 octopus 문어; 1f980 crab 게; 1f99e lobster 바닷가재;
    1f990 shrimp/shrimp 새우; 1f991 squid/squid 오징어; 1f40c snail 달팽이; 1f98b butterfly 나비; 1f41c ant 개미; 1f41d bee 벌;
    1f41e ladybug 무당벌레; 1f577 spider 거미; 1f982 scorpion 전갈`,
  plant: `1f339 rose 장미; 1f33b sunflower 해바라기; 1f337 tulip 튤립; 1f33a hibiscus 무궁화; 1f335 cactus/cacti 선인장; 1f334 palm tree 야자수;
    1f332 fir tree 전나무; 1fab4 potted plant 화분; 1f344 mushroom 버섯; 1f340 four-leaf clover 네잎클로버; 1f341 maple leaf/maple leaves 단풍잎`,
  food: `1f349 watermelon 수박; 1f34a tangerine 귤; 1f34b lemon 레몬; 1f34c banana 바나나; 1f34d pineapple 파인애플; 1f96d mango 망고;
    1f34e apple 사과; 1f350 pear 배; 1f351 peach 복숭아; 1f353 strawberry 딸기; 1f95d kiwi 키위; 1f345 tomato/tomatoes 토마토; 1f965 coconut 코코넛;
    1f951 avocado 아보카도; 1f346 eggplant 가지; 1f955 carrot 당근; 1f336 chili pepper 고추; 1f952 cucumber 오이; 1f9c5 onion 양파;
    1f950 croissant 크루아상; 1f968 pretzel 프레첼; 1f9c7 waffle 와플; 1f354 hamburger 햄버거; 1f355 pizza slice 피자 조각; 1f32d hot dog 핫도그;
    1f96a sandwich 샌드위치; 1f32e taco 타코; 1f95a egg 달걀; 1f369 doughnut 도넛; 1f36a cookie 쿠키; 1f382 birthday cake 생일 케이크;
    1f9c1 cupcake 컵케이크; 1f36d lollipop 막대사탕`,
  vehicle: `1f682 locomotive 기관차; 1f68c bus 버스; 1f691 ambulance 구급차; 1f692 fire engine 소방차; 1f695 taxi 택시; 1f697 car 자동차;
    1f69c tractor 트랙터; 1f6b2 bicycle 자전거; 1f6f5 motor scooter 스쿠터; 1f3cd motorcycle 오토바이; 1f6f9 skateboard 스케이트보드;
    26f5 sailboat 돛단배; 1f6f6 canoe 카누; 2708 airplane 비행기; 1f681 helicopter 헬리콥터; 1f680 rocket 로켓`,
  building: `1f3e0 house 집; 1f3f0 castle 성; 26fa tent 텐트; 1f3eb school 학교; 1f3e5 hospital 병원; 1f3ed factory 공장; 26ea church 교회`,
  toy: `1f388 balloon 풍선; 26bd soccer ball 축구공; 1f3c0 basketball 농구공; 26be baseball 야구공; 1fa81 kite 연; 1f9f8 teddy bear 곰 인형;
    1f3b2 die/dice 주사위; 1fa80 yo-yo 요요; 1f3c6 trophy 트로피; 1fa83 boomerang 부메랑; 1f9e9 puzzle piece 퍼즐 조각`,
  clothing: `1f455 t-shirt 티셔츠; 1f9e3 scarf/scarves 목도리; 1f457 dress 원피스; 1f392 backpack 배낭; 1f45f running shoe 운동화; 1f3a9 top hat 실크해트;
    1f451 crown 왕관; 1f454 necktie 넥타이; 1f45c handbag 핸드백; 1f48d ring 반지`,
  instrument: `1f3b7 saxophone 색소폰; 1f3ba trumpet 트럼펫; 1f3b8 guitar 기타; 1f3bb violin 바이올린; 1fa95 banjo 밴조; 1f941 drum 북; 1fa97 accordion 아코디언`,
  tool: `1f528 hammer 망치; 1fa93 axe 도끼; 1f527 wrench 렌치; 1fa9b screwdriver 드라이버; 1f511 key 열쇠; 1f9f2 magnet 자석; 1fa9c ladder 사다리;
    1f9f0 toolbox 공구함; 270f pencil 연필; 1f58c paintbrush 붓; 1f9f9 broom 빗자루; 1faa3 bucket 양동이; 1faa5 toothbrush 칫솔; 2602 umbrella 우산;
    1f56f candle 양초; 1f4a1 light bulb 전구; 1f526 flashlight 손전등; 1f514 bell 종; 1f52d telescope 망원경; 1f52c microscope 현미경;
    231b hourglass 모래시계; 23f0 alarm clock 알람 시계; 2693 anchor 닻`,
  furniture: `1fa91 chair 의자; 1f6cf bed 침대; 1f6aa door 문; 1fa9f window 창문; 1f6bd toilet 변기; 1f6c1 bathtub 욕조; 1f9fa basket 바구니; 1fa9e mirror 거울`,
  device: `260e telephone 전화기; 1f4bb laptop 노트북; 1f4fa television 텔레비전; 1f4f7 camera 카메라; 1f4fb radio 라디오; 1f50b battery 건전지; 1f5a8 printer 프린터`,
  thing: `1f4d5 book 책; 1f4f0 newspaper 신문; 2709 envelope 봉투; 1f4bc briefcase 서류 가방; 1f381 gift 선물; 2603 snowman/snowmen 눈사람; 1f916 robot 로봇;
    1f47b ghost 유령; 2601 cloud 구름; 1f308 rainbow 무지개; 2744 snowflake 눈송이; 1f6e1 shield 방패; 1f4a3 bomb 폭탄; 1f9b7 tooth/teeth 이; 1f9b4 bone 뼈`,
} as const satisfies Readonly<Partial<Record<Category, string>>>;

const rowPattern = /^\s*(\S+) ([^/]+?)(?:\/([^가-힣]+?))? ([가-힣].*)$/;

/** Every noun that emoji draw. */
export const emojiNouns: readonly EmojiNoun[] = namesOf(table).flatMap((category) =>
  table[category].split(";").map((row): EmojiNoun => {
    const [, code = "", name = "", plural = pluralOf(name), korean = ""] = rowPattern.exec(row) ?? [];
    return { code, name, plural, korean, category };
  }),
);

/** Nouns that a careful reader may use of the same thing: of these, one is never said to be false of the other. */
const kin: readonly (readonly string[])[] = [
  ["gorilla", "monkey"],
  ["leopard", "lion", "tiger", "cat"],
  ["horse", "zebra"],
  ["bison", "cow"],
  ["ram", "goat"],
  ["llama", "camel"],
  ["whale", "dolphin", "fish", "shark", "seal", "otter"],
  ["lobster", "shrimp", "crab"],
  ["octopus", "squid"],
  ["skunk", "badger"],
  ["turkey", "peacock", "rooster"],
  ["duck", "swan"],
  ["crocodile", "lizard", "dragon"],
  ["car", "taxi", "ambulance", "fire engine", "bus"],
  ["motor scooter", "motorcycle"],
  ["house", "school", "hospital", "factory", "church", "castle"],
  ["birthday cake", "cupcake"],
  ["handbag", "backpack", "briefcase"],
  ["hamburger", "sandwich"],
  ["palm tree", "fir tree"],
  ["rose", "tulip", "hibiscus"],
  ["tangerine", "peach", "apple", "tomato", "mango"],
  ["hibiscus", "sunflower"],
  ["bucket", "basket"],
  ["banjo", "guitar", "violin"],
  ["saxophone", "trumpet"],
  ["candle", "light bulb", "flashlight"],
  ["square", "diamond"],
  ["circle", "ring"],
  ["robot", "person"],
];

/** Whether one name may be used of what the other names, though they differ: "a car" of a taxi, "a dog" of a guide dog. */
export function areRelated(a: string, b: string): boolean {
  if (kin.some((family) => family.includes(a) && family.includes(b))) return true;
  const words = new Set(a.toLowerCase().split(/\W+/));
  return b
    .toLowerCase()
    .split(/\W+/)
    .some((word) => words.has(word));
}

/** The regular English plural. */
export function pluralOf(name: string): string {
  if (/(s|x|ch|sh)$/.test(name)) return `${name}es`;
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}
