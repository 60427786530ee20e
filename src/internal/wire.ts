/** The codec for everything that crosses between threads. (Types first; the code follows.) */

/** A value made ready to be posted: what `structuredClone` takes, plus how to undo what was done to it. */
export type Wired = { readonly wired: unknown };
/** An error made ready to be posted. */
export type WiredError = { readonly error: unknown };
