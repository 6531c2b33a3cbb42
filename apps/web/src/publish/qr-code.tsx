import { createMemo } from 'solid-js';
import { encode } from 'uqr';

/** An address for a phone's camera: dark on white in any theme, as cameras want it. */
export function QrCode(props: { text: string }) {
  const code = createMemo(() => encode(props.text, { ecc: 'M', border: 2 }));
  const path = createMemo(() =>
    code()
      .data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
      .join(''),
  );
  return (
    <svg
      class="qr-code"
      role="img"
      aria-label={`QR code of ${props.text}`}
      viewBox={`0 0 ${code().size} ${code().size}`}
    >
      <rect width="100%" height="100%" fill="#fff" />
      <path d={path()} fill="#000" shape-rendering="crispEdges" />
    </svg>
  );
}
