/** A loud placeholder: an action that an actor's shell must provide with `machine.provide`.
 *  @throws Error when it runs unprovided (a bug) */
export function unprovidedAction<Params>(name: string) {
  return (_args: unknown, _params: Params): void => {
    throw new Error(`action ${name} was not provided`);
  };
}
