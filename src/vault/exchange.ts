// One request to one address, by the HTTP that the store chooses there.
import { exchangeHttp1 } from './http1.ts';
import type { StoreAnswer, StoreRequest } from './request.ts';
import type { Route } from './route.ts';

export function exchange(route: Route, request: StoreRequest): Promise<StoreAnswer> {
  return exchangeHttp1(route, request);
}
