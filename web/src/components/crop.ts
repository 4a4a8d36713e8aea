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

export interface Square {
  left: number;
  top: number;
  side: number;
}

export const mostZoom = 4;
export const wholeCrop: Crop = { zoom: 1, x: 0.5, y: 0.5 };

/** The square of the picture that a crop shows; never beyond an edge. */
export function squareOf({ width, height }: Size, { zoom, x, y }: Crop): Square {
  const side = Math.min(width, height) / zoom;
  const within = (at: number, length: number) => Math.min(Math.max(at * length - side / 2, 0), length - side);
  return { left: within(x, width), top: within(y, height), side };
}

/** The crop after a move, in shares of what is shown; it stops at the edges. */
export function moveCrop(size: Size, crop: Crop, right: number, down: number): Crop {
  const { side } = squareOf(size, crop);
  const to = { ...crop, x: crop.x + (right * side) / size.width, y: crop.y + (down * side) / size.height };
  const { left, top } = squareOf(size, to);
  return { ...to, x: (left + side / 2) / size.width, y: (top + side / 2) / size.height };
}

/** Draws what a crop shows on all of a square canvas. */
export function drawCrop(canvas: HTMLCanvasElement, picture: ImageBitmap, crop: Crop): void {
  const { left, top, side } = squareOf(picture, crop);
  const context = canvas.getContext("2d");
  if (!context) return;
  context.imageSmoothingQuality = "high";
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, left, top, side, side, 0, 0, canvas.width, canvas.height);
}

/** What a crop shows, as a file: a WEBP, or a PNG where the browser writes none. */
export function cutOut(picture: ImageBitmap, crop: Crop, pixels: number): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = pixels;
  canvas.height = pixels;
  drawCrop(canvas, picture, crop);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the browser wrote no picture"))), "image/webp", 0.92),
  );
}
