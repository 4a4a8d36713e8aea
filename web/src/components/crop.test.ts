import { expect, test } from "vitest";
import { moveCrop, partOf, wholeCrop } from "./crop.ts";

const wide = { width: 400, height: 200 };

test("a crop begins as the largest part in the middle, and shows less as it is enlarged", () => {
  expect(partOf(wide, wholeCrop, 1)).toEqual({ left: 100, top: 0, width: 200, height: 200 });
  expect(partOf({ width: 200, height: 400 }, wholeCrop, 1)).toEqual({ left: 0, top: 100, width: 200, height: 200 });
  expect(partOf(wide, { ...wholeCrop, zoom: 2 }, 1)).toEqual({ left: 150, top: 50, width: 100, height: 100 });
  expect(partOf({ width: 300, height: 300 }, wholeCrop, 3)).toEqual({ left: 0, top: 100, width: 300, height: 100 });
});

test("a crop moves to the edges and not beyond; what was beyond need not be moved back", () => {
  const right = moveCrop(wide, wholeCrop, 1, 5, 5);
  expect(partOf(wide, right, 1)).toMatchObject({ left: 200, top: 0 });
  expect(partOf(wide, moveCrop(wide, right, 1, -0.25, 0), 1)).toMatchObject({ left: 150, top: 0 });
  // Made smaller at an edge, it stays within the picture.
  const corner = moveCrop(wide, { ...wholeCrop, zoom: 4 }, 1, 9, 9);
  expect(partOf(wide, corner, 1)).toEqual({ left: 350, top: 150, width: 50, height: 50 });
  expect(partOf(wide, { ...corner, zoom: 1 }, 1)).toMatchObject({ left: 200, top: 0 });
});
