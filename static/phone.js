// A figure that is wider than a phone scrolls inside its cell: the keyboard must get there, as to the theme's own.
const stops = new ResizeObserver((cells) => {
  for (const { target: cell } of cells) {
    if (cell.scrollWidth > cell.clientWidth) cell.tabIndex = 0;
    else cell.removeAttribute("tabindex");
  }
});
document.querySelectorAll("img.wide").forEach((image) => stops.observe(image.parentElement));

// On a phone the contents of a page are a dialog. The theme leaves it open over the heading that was chosen.
document.addEventListener("click", (event) => {
  event.target.closest("dialog[open] a[href*='#']")?.closest("dialog").close();
});
