/** Lets a text field be as high as what is in it. */
export function grow(area: HTMLTextAreaElement): void {
  requestAnimationFrame(() => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  });
}
