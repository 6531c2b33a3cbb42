import { secretText } from '@slipway/contracts';
import * as z from 'zod';

/** Patterns of paths that a session may touch. */
export const scopePatterns = z.array(secretText.min(1).max(400)).min(1).max(50);
