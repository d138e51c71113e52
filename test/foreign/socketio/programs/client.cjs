// node client.cjs PACKAGE URL TRANSPORTS: a client of socket.io-client for JavaScript (foreign-client.ts).
const { createInterface } = require('node:readline');
const [, , name, url, transports] = process.argv;
const tell = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const options = { forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 200 };
const socket = require(name)(url, transports ? { ...options, transports: transports.split(',') } : options);
socket.on('connect', () => tell({ event: 'connect' }));
socket.on('disconnect', () => tell({ event: 'disconnect' }));
socket.on('connect_error', () => tell({ event: 'refused' }));
socket.on('chat', (message, ack) => {
  tell({ event: 'chat', content: message.content, messageType: message.messageType });
  ack(message.msgId);
});
createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line);
  socket.emit('chat', message, ({ code }) => tell({ event: 'acked', msgId: message.msgId, code }));
});
