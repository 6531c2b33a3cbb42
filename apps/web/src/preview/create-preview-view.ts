import { type Accessor, createSignal } from 'solid-js';
import { FRAME_SIZES, type FrameSize } from './frame-sizes.ts';

/** How the page is shown: chosen by hand, for as long as the workspace is open. */
export interface PreviewView {
  /** Undefined: the page of the project's run. */
  readonly port: Accessor<number | undefined>;
  choosePort(port: number | undefined): void;
  /** The screen, turned where it is; undefined: the panel. */
  readonly size: Accessor<FrameSize | undefined>;
  chooseSize(id: string): void;
  readonly turned: Accessor<boolean>;
  turn(): void;
  /** `light`, `dark`, or empty for those of the IDE. */
  readonly colours: Accessor<string>;
  chooseColours(colours: string): void;
  readonly errorsShown: Accessor<boolean>;
  showErrors(shown: boolean): void;
  readonly errorCount: Accessor<number>;
}

/** Choices last as long as the panel; an empty text means none. */
export function createPreviewView(errorCount: Accessor<number>): PreviewView {
  const [port, choosePort] = createSignal<number>();
  const [sizeId, chooseSize] = createSignal('');
  const [turned, setTurned] = createSignal(false);
  const [colours, setColours] = createSignal('');
  const [errorsShown, showErrors] = createSignal(false);
  return {
    port,
    choosePort: (chosen) => void choosePort(chosen),
    size: () => {
      const size = FRAME_SIZES.find(({ id }) => id === sizeId());
      return size !== undefined && turned() ? { ...size, width: size.height, height: size.width } : size;
    },
    chooseSize: (id) => void chooseSize(id),
    turned,
    turn: () => void setTurned((before) => !before),
    colours,
    chooseColours: (chosen) => void setColours(['light', 'dark'].includes(chosen) ? chosen : ''),
    errorsShown,
    showErrors: (shown) => void showErrors(shown),
    errorCount,
  };
}
