/** What docs/examples/app.yaml asks for, in the store that the README's reader starts. */
export const EXAMPLE_SECRET = { path: 'secret/data/db', data: { user: 'shop', password: 'made-up' } };
