import { type KeyboardEvent, type PointerEvent, useLayoutEffect, useRef } from "react";
import { t } from "../texts/texts.ts";
import { type Crop, drawCrop, mostZoom, moveCrop } from "./crop.ts";
import "./crop-picture.css";

/** Enough for screens of high density. */
const drawnPixels = 720;
/** How far a key moves, in shares of what is shown. */
const step = 0.05;
const moves: Record<string, readonly [number, number]> = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };

interface Props {
  picture: ImageBitmap;
  crop: Crop;
  /** How much wider than high. */
  ratio: number;
  onChange: (change: (crop: Crop) => Crop) => void;
}

/** Chooses what is shown of a picture: by dragging and a slider, or with the keyboard. */
export function CropPicture({ picture, crop, ratio, onChange }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dragged = useRef<{ x: number; y: number } | null>(null);
  useLayoutEffect(() => {
    if (canvas.current) drawCrop(canvas.current, picture, crop);
  }, [picture, crop]);

  const onPointerDown = ({ currentTarget, pointerId, clientX, clientY }: PointerEvent) => {
    currentTarget.setPointerCapture(pointerId);
    dragged.current = { x: clientX, y: clientY };
  };
  const onPointerMove = ({ currentTarget, clientX, clientY }: PointerEvent) => {
    const from = dragged.current;
    if (!from) return;
    dragged.current = { x: clientX, y: clientY };
    const { width, height } = currentTarget.getBoundingClientRect();
    const [right, down] = [(from.x - clientX) / width, (from.y - clientY) / height];
    onChange((known) => moveCrop(picture, known, ratio, right, down));
  };
  const onPointerEnd = () => {
    dragged.current = null;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    onChange((known) => moveCrop(picture, known, ratio, ...move));
  };
  return (
    <div className="crop">
      <div
        className="crop__shown"
        data-round={ratio === 1 || undefined}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes keys
        tabIndex={0}
        role="application"
        aria-label={t.editing.crop}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerEnd}
        onPointerCancel={onPointerEnd}
        onKeyDown={onKeyDown}
      >
        <canvas ref={canvas} width={drawnPixels} height={Math.round(drawnPixels / ratio)} />
      </div>
      <label className="crop__zoom">
        {t.editing.zoom}
        <input
          type="range"
          min={1}
          max={mostZoom}
          step={0.05}
          value={crop.zoom}
          onChange={(event) => {
            const zoom = Number(event.target.value);
            onChange((known) => moveCrop(picture, { ...known, zoom }, ratio, 0, 0));
          }}
        />
      </label>
    </div>
  );
}
