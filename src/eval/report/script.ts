/**
 * The page's own script: shows the curves' values at the nearest step, and what a matrix cell compares, under the pointer;
 * on a focused plot the arrow keys step through the curve. Everything that it shows stands in the page without it too.
 */
export const script = `
const tip = document.getElementById("tip");
function showTip(text, x, y) {
  tip.textContent = text;
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = Math.max(4, Math.min(x + 14, innerWidth - width - 8)) + "px";
  tip.style.top = (y - height - 14 < 4 ? y + 18 : y - height - 14) + "px";
}
const hideTip = () => { tip.hidden = true; };

for (const plot of document.querySelectorAll(".plot")) {
  const curves = JSON.parse(plot.dataset.curves);
  const cursor = plot.querySelector(".cursor");
  let at = 0;
  const show = (fraction) => {
    at = Math.min(1, Math.max(0, fraction));
    const found = curves.map((curve) => {
      let best = 0;
      curve.x.forEach((x, i) => { if (Math.abs(x - at) < Math.abs(curve.x[best] - at)) best = i; });
      return { curve, best };
    });
    const box = plot.getBoundingClientRect();
    const first = found[0];
    const x = first.curve.x[first.best];
    cursor.hidden = false;
    cursor.style.left = x * 100 + "%";
    const lines = found.map(({ curve, best }) => {
      const [, raw, smooth] = curve.text[best];
      return curve.name + ": " + raw + (raw === smooth ? "" : "  (smoothed " + smooth + ")");
    });
    showTip(["step " + first.curve.text[first.best][0], ...lines].join("\\n"), box.left + x * box.width, box.bottom - first.curve.y[first.best] * box.height);
  };
  const hide = () => { cursor.hidden = true; hideTip(); };
  plot.addEventListener("pointermove", (event) => {
    const box = plot.getBoundingClientRect();
    show((event.clientX - box.left) / box.width);
  });
  plot.addEventListener("pointerleave", hide);
  plot.addEventListener("blur", hide);
  plot.addEventListener("keydown", (event) => {
    const { x } = curves[0];
    const here = x.findIndex((place) => place >= at);
    const stride = Math.ceil(x.length / 100);
    const next = { ArrowLeft: here - stride, ArrowRight: here + stride, Home: 0, End: x.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    show(x[Math.min(x.length - 1, Math.max(0, next))]);
  });
}

for (const matrix of document.querySelectorAll(".matrix")) {
  const pictures = [...matrix.querySelectorAll("thead img")].map((image) => image.alt);
  matrix.addEventListener("pointermove", (event) => {
    const cell = event.target.closest("tbody td");
    if (!cell) return hideTip();
    const caption = cell.parentElement.querySelector("th").title;
    const own = cell.classList.contains("own") ? " (its own)" : "";
    showTip("\\u201c" + caption + "\\u201d\\nwith the picture of " + pictures[cell.cellIndex - 1] + own + ": " + cell.textContent, event.clientX, event.clientY);
  });
  matrix.addEventListener("pointerleave", hideTip);
}
`;
