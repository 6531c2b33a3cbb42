import type { ProviderModel } from '@slipway/agent';

/** A model as a person fills it in; every field is text. */
export interface ModelRow {
  readonly id: string;
  /** Of a currency, for a million tokens. */
  readonly inputPrice: string;
  readonly outputPrice: string;
  readonly window: string;
}

export const EMPTY_ROW: ModelRow = { id: '', inputPrice: '', outputPrice: '', window: '' };

/** Tokens of a window, where nothing is said. */
const WINDOW = 128_000;
/** Most tokens of one answer, half of a window that is smaller than twice of it. */
const OUTPUT = 8192;
const MICROS = 1_000_000;

/** The models of a form, or what is wrong with it. Rows without a name are passed over. */
export function readRows(rows: readonly ModelRow[]): { models: ProviderModel[] } | { problem: string } {
  const models: ProviderModel[] = [];
  for (const { id, inputPrice, outputPrice, window } of rows) {
    const name = id.trim();
    if (name === '') continue;
    if (models.some((model) => model.id === name)) return { problem: `“${name}” is there twice` };
    const [input, output] = [inputPrice, outputPrice].map(numberOf);
    if (Number.isNaN(input) || Number.isNaN(output)) return { problem: `A price of “${name}” is no number` };
    if ((input === undefined) !== (output === undefined))
      return { problem: `“${name}” needs both prices, or none: what it costs cannot be told otherwise` };
    const tokens = numberOf(window) ?? WINDOW;
    if (!Number.isInteger(tokens) || tokens < 1000)
      return { problem: `The window of “${name}” is no number of tokens` };
    const price =
      input === undefined || output === undefined
        ? {}
        : { price: { inputMicros: Math.round(input * MICROS), outputMicros: Math.round(output * MICROS) } };
    models.push({ id: name, window: tokens, output: Math.min(OUTPUT, Math.floor(tokens / 2)), ...price });
  }
  return models.length === 0 ? { problem: 'Name at least one model' } : { models };
}

/** A comma is taken for a decimal point. NaN for what is no number, undefined for nothing. */
function numberOf(text: string): number | undefined {
  const trimmed = text.trim().replace(',', '.');
  if (trimmed === '') return undefined;
  return /^\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : NaN;
}

/** Prices become text in whole units of the currency; the default window becomes empty. */
export const rowOf = ({ id, window, price }: ProviderModel): ModelRow => ({
  id,
  inputPrice: price === undefined ? '' : String(price.inputMicros / MICROS),
  outputPrice: price === undefined ? '' : String(price.outputMicros / MICROS),
  window: window === WINDOW ? '' : String(window),
});
