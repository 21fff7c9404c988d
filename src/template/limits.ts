// Limits for one template.

/** Length of a template's text in UTF-16 code units. */
export const MAX_TEXT = 1 << 20;
/** Limit on a template's tokens, some 2,000 actions: the parser does not pause. */
export const MAX_TOKENS = 20_000;
/** How deep parentheses and blocks nest in the text, how deep templates call each other, and how deep a value is printed. */
export const MAX_DEPTH = 1_000;
/** One for each operation, and what functions charge on top. */
export const MAX_STEPS = 1_000_000;
/** Limit on the output in bytes, and on each string in UTF-16 code units. */
export const MAX_OUTPUT = 1024 * 1024;
/** All that is made during a render, its output too, in bytes: much of it may still be in use. */
export const MAX_MADE = 8 << 20;
/** CPU time in milliseconds of a render with all its slices, or of several renders that share one limit. */
export const MAX_CPU_MS = 1_000;
/** Milliseconds after which the event loop gets its turn. */
export const SLICE_MS = 10;
/** Limit on `%5d`, `%.5d`: Go accepts no larger width. */
export const MAX_WIDTH = 1_000_000;
