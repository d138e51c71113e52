/** Answers a preflight: any origin, never with credentials (docs/decisions.md#transport). */
export const preflight = () =>
  new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers': 'Authorization, token, Idempotency-Key, Content-Type',
      'access-control-max-age': '86400',
    },
  });
