import { secretText } from '@slipway/contracts';
import * as z from 'zod';

/** Globs, of which one must match (`isInScope`); at most 50, of 400 characters each. */
export const scopePatterns = z.array(secretText.min(1).max(400)).min(1).max(50);
