/** What is shown of a picture: how much larger than as a whole, and around which point, in shares of its width and height. */
export interface Crop {
  zoom: number;
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Part extends Size {
  left: number;
  top: number;
}

export const mostZoom = 4;
export const wholeCrop: Crop = { zoom: 1, x: 0.5, y: 0.5 };

/** The part of the picture that a crop shows, so much wider than high; never beyond an edge. */
export function partOf(picture: Size, { zoom, x, y }: Crop, ratio: number): Part {
  const width = Math.min(picture.width, picture.height * ratio) / zoom;
  const height = width / ratio;
  const within = (at: number, length: number, shown: number) => Math.min(Math.max(at * length - shown / 2, 0), length - shown);
  return { left: within(x, picture.width, width), top: within(y, picture.height, height), width, height };
}

/** The crop after a move, in shares of what is shown; it stops at the edges. */
export function moveCrop(picture: Size, crop: Crop, ratio: number, right: number, down: number): Crop {
  const shown = partOf(picture, crop, ratio);
  const to = { ...crop, x: crop.x + (right * shown.width) / picture.width, y: crop.y + (down * shown.height) / picture.height };
  const { left, top, width, height } = partOf(picture, to, ratio);
  return { ...to, x: (left + width / 2) / picture.width, y: (top + height / 2) / picture.height };
}

/** Draws what a crop shows on all of a canvas. */
export function drawCrop(canvas: HTMLCanvasElement, picture: ImageBitmap, crop: Crop): void {
  const { left, top, width, height } = partOf(picture, crop, canvas.width / canvas.height);
  const context = canvas.getContext("2d");
  if (!context) return;
  context.imageSmoothingQuality = "high";
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, left, top, width, height, 0, 0, canvas.width, canvas.height);
}

/** What a crop shows, as a file of this size: a WEBP, or a PNG where the browser writes none. */
export function cutOut(picture: ImageBitmap, crop: Crop, { width, height }: Size): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  drawCrop(canvas, picture, crop);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the browser wrote no picture"))), "image/webp", 0.92),
  );
}
