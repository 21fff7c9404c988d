// What a provider's name says of the tokens it asks for. The driver finds a provider by its socket, which is named as
// `spec.provider` of a class: the name of either gives the audience.

/** @param provider `openbao`, or a socket's file name as `openbao.sock` */
export function audienceOf(provider: string): 'vault' | 'openbao' {
  return provider.startsWith('openbao') ? 'openbao' : 'vault';
}
