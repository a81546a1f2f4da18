/** Endings of the picture files that are read, in lower case and without the dot. */
export const pictureKinds: readonly string[] = [
  "jpg",
  "jpeg",
  "jfif",
  "png",
  "webp",
  "gif",
  "avif",
  "tif",
  "tiff",
  "svg",
];

/** The ending of a picture file that is read. */
export const pictureEnding = new RegExp(String.raw`\.(?:${pictureKinds.join("|")})$`, "i");

/** The ending of a picture file that nothing here decodes: readers of folders name it among what they leave out. */
export const foreignEnding = /\.(?:heic|heif|hif|bmp|jxl|jp2|ico|psd|dng|cr2|cr3|nef|arw|orf|rw2|raf)$/i;
