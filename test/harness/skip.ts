// A test that this machine cannot run says why, beside its title in the report.

/** Ends the test that `context` is of; in a `before`, every test of its suite. */
export function skip(context: Mocha.Context, why: string): never {
  // Its `type` is there, though @types/mocha does not have it.
  const runnable = context.runnable() as Mocha.Runnable & { readonly type: 'hook' | 'test' };
  const note = (test: Mocha.Runnable) => {
    test.title += ` [skipped: ${why}]`;
  };
  if (runnable.type === 'hook') runnable.parent?.eachTest(note);
  else note(runnable);
  return context.skip();
}
