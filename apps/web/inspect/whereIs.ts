/** Says in which of several tabs something is. @param tabs in the order in which they are numbered
 *  @returns `, tab 2`; empty for the host, and where there is one tab only */
export function whereIs(tab: string, tabs: readonly string[]): string {
  return tab === "" || tabs.length < 2 ? "" : `, tab ${tabs.indexOf(tab) + 1}`;
}
