/** Makes a text field as high as its content. */
export function grow(area: HTMLTextAreaElement): void {
  requestAnimationFrame(() => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  });
}
