import { errorEnvelope } from '@slipway/contracts';

/** An answer of the API that is not the asked-for one. `code` is the envelope's. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: unknown;

  constructor(status: number, code: string, message: string, details: unknown) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.details = details;
  }

  /** Also from answers that are no JSON, such as a proxy's: then the status is all that can be told. */
  static async from(response: Response): Promise<ApiError> {
    const parsed = errorEnvelope.safeParse(await response.json().catch(() => undefined));
    if (!parsed.success)
      return new ApiError(response.status, 'UNKNOWN', `The server answered ${response.status}`, undefined);
    return new ApiError(response.status, parsed.data.code, parsed.data.message, parsed.data.details);
  }
}

/** For people: an ApiError's text is the server's, and says what to do next. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
