// The default token audience of a provider, from its name. The driver finds a provider by its socket, whose file name is
// `spec.provider` of a class, so either name gives the audience.

/** @param provider `openbao`, or a socket's file name as `openbao.sock` */
export function audienceOf(provider: string): 'vault' | 'openbao' {
  return provider.startsWith('openbao') ? 'openbao' : 'vault';
}
