/** Names each feature's words after its folder: `/src/features/calls/i18n/en.ts` is `calls`. */
export function byFeature(files: Record<string, object>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(files).map(([path, words]) => [path.split('/features/')[1]?.split('/')[0] ?? path, words]),
  );
}
