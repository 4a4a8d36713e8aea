import { expect, test } from "vitest";
import { moveCrop, squareOf, wholeCrop } from "./crop.ts";

const wide = { width: 400, height: 200 };

test("a crop begins as the largest square in the middle, and shows less as it is enlarged", () => {
  expect(squareOf(wide, wholeCrop)).toEqual({ left: 100, top: 0, side: 200 });
  expect(squareOf({ width: 200, height: 400 }, wholeCrop)).toEqual({ left: 0, top: 100, side: 200 });
  expect(squareOf(wide, { ...wholeCrop, zoom: 2 })).toEqual({ left: 150, top: 50, side: 100 });
});

test("a crop moves to the edges and not beyond; what was beyond need not be moved back", () => {
  const right = moveCrop(wide, wholeCrop, 5, 5);
  expect(squareOf(wide, right)).toEqual({ left: 200, top: 0, side: 200 });
  expect(squareOf(wide, moveCrop(wide, right, -0.25, 0))).toEqual({ left: 150, top: 0, side: 200 });
  // Made smaller at an edge, it stays within the picture.
  const corner = moveCrop(wide, { ...wholeCrop, zoom: 4 }, 9, 9);
  expect(squareOf(wide, corner)).toEqual({ left: 350, top: 150, side: 50 });
  expect(squareOf(wide, { ...corner, zoom: 1 })).toEqual({ left: 200, top: 0, side: 200 });
});
