import { Fragment } from "react";

/** Text that may be broken behind each of its separators, and before that nowhere if it can be helped. */
export function Breakable(props: { readonly text: string; readonly behind: "/" | "." }) {
  const { text, behind } = props;
  return text.split(behind).map((part, at) => (
    <Fragment key={at}>
      {at > 0 && (
        <>
          {behind}
          <wbr />
        </>
      )}
      {part}
    </Fragment>
  ));
}
