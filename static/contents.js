// On a phone the contents of a page are a dialog. The theme leaves it open over the heading that was chosen.
document.addEventListener("click", (event) => {
  event.target.closest("dialog[open] a[href*='#']")?.closest("dialog").close();
});
