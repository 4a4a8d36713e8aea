import { expect, test } from "vitest";
import { panned, unzoomed, zoomed } from "./zoom.ts";

const box = { width: 400, height: 200 };

test("a picture is enlarged up to a bound, moves to its edges, and is whole again", () => {
  expect(panned(unzoomed, 50, 50, box)).toEqual(unzoomed);
  const twice = zoomed(unzoomed, 2, box);
  expect(panned(twice, 900, -900, box)).toEqual({ scale: 2, x: 200, y: -100 });
  expect(zoomed(panned(twice, 100, 50, box), 2, box)).toEqual({ scale: 4, x: 200, y: 100 });
  expect(zoomed(twice, 100, box).scale).toBe(6);
  expect(zoomed(panned(twice, 900, 900, box), 0.01, box)).toEqual(unzoomed);
});
