/** A path in the one way in which it is looked up: no doubled slashes, and none at the end. */
const plain = (path: string) => {
  const single = path.includes('//') ? path.replace(/\/{2,}/g, '/') : path;
  return single.length > 1 && single.endsWith('/') ? single.slice(0, -1) : single;
};

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/**
 * The path of a request's address. A trailing slash and doubled slashes are taken as one path
 * (docs/decisions.md#paths).
 * @param url as `http://host//chat/ready/?a=1`; of a request of HTTP/1.0 without a host, Bun knows the path alone
 */
export function pathOf(url: string): string {
  const start = url.startsWith('/') ? 0 : url.indexOf('/', url.indexOf('//') + 2);
  if (start < 0) return '/';
  const query = url.indexOf('?', start);
  const fragment = url.indexOf('#', start);
  const end = Math.min(query < 0 ? url.length : query, fragment < 0 ? url.length : fragment);
  const path = url.slice(start, end);
  return plain(path.includes('%') ? decoded(path) : path);
}
