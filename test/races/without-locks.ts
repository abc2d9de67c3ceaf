import type { KyselyPlugin, SelectQueryNode } from 'kysely';

/** Takes `for update` and its like out of every query. */
export const withoutLocks: KyselyPlugin = {
  transformQuery: ({ node }) =>
    node.kind === 'SelectQueryNode' ? ({ ...node, endModifiers: [] } as SelectQueryNode) : node,
  transformResult: async ({ result }) => result,
};
