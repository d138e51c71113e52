/** Version 2 of socket.io-client, which has no types of its own: the tests say what they use of it. */
declare module 'socket.io-client2' {
  const connect: unknown;
  export default connect;
}
