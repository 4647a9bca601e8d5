// A figure that is wider than a phone scrolls by itself: the keyboard must get there, as to the theme's own.
const stops = new ResizeObserver((boxes) => {
  for (const { target: box } of boxes) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
});
document.querySelectorAll(".wide-figure").forEach((box) => stops.observe(box));

// On a phone the contents of a page are a dialog. The theme leaves it open over the heading that was chosen.
document.addEventListener("click", (event) => {
  event.target.closest("dialog[open] a[href*='#']")?.closest("dialog").close();
});

// What a cell printed is as wide as its lines. What is hardly too wide for a phone is set smaller instead of cut.
const phone = matchMedia("(max-width: 600px)");
const fit = () => document.querySelectorAll(".cell_output pre").forEach((text) => {
  text.style.fontSize = "";
  const size = parseFloat(getComputedStyle(text).fontSize), smaller = (size * text.clientWidth) / text.scrollWidth;
  if (phone.matches && smaller < size && smaller >= 10) text.style.fontSize = `${smaller}px`;
});
addEventListener("resize", fit);
fit();
