/** How Authentik gets its provider and its application. */
export type Way = 'auto' | 'blueprint' | 'hand';

/** How client ID and secret come to Pantrie after a blueprint. */
export type After = 'paste' | 'find';
