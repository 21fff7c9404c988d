// Gives up a connection that nobody takes and nobody refuses: the machine behind its address is gone, or packets are
// dropped on the way. A request to it may be sent elsewhere long before its own time is over.
import type http from 'node:http';
import { Socket } from 'node:net';

/** Two SYNs may be lost on the way; they are sent again after one second and after two or three. */
export const CONNECT_SECONDS = 3;

export function boundConnecting(agent: http.Agent): void {
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (options, done) => {
    const socket = create(options, done);
    if (socket instanceof Socket) giveUpLate(socket);
    return socket;
  };
}

/** The lookup of its name comes before the first attempt, and has the request's whole time. */
function giveUpLate(socket: Socket): void {
  socket.once('connectionAttempt', () => {
    const late = () => socket.destroy(Object.assign(new Error('nobody took it'), { code: 'ETIMEDOUT' }));
    const timer = setTimeout(late, CONNECT_SECONDS * 1000);
    const stop = () => clearTimeout(timer);
    socket.once('connect', stop).once('close', stop);
  });
}
