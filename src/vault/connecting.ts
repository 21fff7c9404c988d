// Gives up connecting if nothing answers: the machine is gone, or packets are dropped. The request can then go elsewhere
// long before its own deadline.
import type http from 'node:http';
import { Socket } from 'node:net';

/** Enough for two lost SYNs; they are sent again after one second and after two or three. */
export const CONNECT_SECONDS = 3;

export function boundConnecting(agent: http.Agent): void {
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (options, done) => {
    const socket = create(options, done);
    if (socket instanceof Socket) giveUpLate(socket);
    return socket;
  };
}

/** The name lookup comes first and may take the request's whole time. */
function giveUpLate(socket: Socket): void {
  socket.once('connectionAttempt', () => {
    const late = () => socket.destroy(Object.assign(new Error('nobody took it'), { code: 'ETIMEDOUT' }));
    const timer = setTimeout(late, CONNECT_SECONDS * 1000);
    const stop = () => clearTimeout(timer);
    socket.once('connect', stop).once('close', stop);
  });
}
