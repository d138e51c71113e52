/** The clients of two generations: the tests say what they use of them. */
declare module 'socket.io-client2' {
  const connect: unknown;
  export default connect;
}
declare module 'socket.io-client' {
  export const io: unknown;
}
