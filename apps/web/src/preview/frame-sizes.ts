/** A screen that a preview can be shown on, in CSS pixels. */
export interface FrameSize {
  readonly id: string;
  readonly label: string;
  readonly width: number;
  readonly height: number;
}

/** Common ones of each kind; "fit" is the panel itself. */
export const FRAME_SIZES: readonly FrameSize[] = [
  { id: 'phone', label: 'Phone, 390 × 844', width: 390, height: 844 },
  { id: 'small-phone', label: 'Small phone, 320 × 568', width: 320, height: 568 },
  { id: 'tablet', label: 'Tablet, 820 × 1180', width: 820, height: 1180 },
  { id: 'laptop', label: 'Laptop, 1366 × 768', width: 1366, height: 768 },
];

/** How much a screen is made smaller so that all of it is in the room that there is; never larger than it is. */
export function scaleToFit(size: { width: number; height: number }, room: { width: number; height: number }): number {
  return Math.min(1, room.width / size.width, room.height / size.height);
}
