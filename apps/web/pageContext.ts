import { useSelector } from "@xstate/react";
import { createContext, useContext } from "react";
import type { Page, PageView, Readable } from "#engine/actors/pageApi.ts";
import type { AnyActorRef } from "xstate";

export const PageContext = createContext<Page | null>(null);

/** The player's commands. @throws outside of a PageContext (a bug). */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error("usePage outside of PageContext");
  return page;
}

/** A part of what the player shows; the component renders again only when that part changes.
 *  @param select returns something stable while nothing changed: a primitive, or a part of the view */
export function useView<Part>(select: (view: PageView) => Part): Part {
  return useReadable(usePage().view, select);
}

/** Reads any of the page's readables through @xstate/react. */
function useReadable<Value, Part>(readable: Readable<Value>, select: (value: Value) => Part): Part {
  return useSelector(actorOf(readable) as Selectable<Value>, select);
}

type Selectable<Value> = Pick<AnyActorRef, "subscribe"> & { getSnapshot: () => Value };
type Observer = { readonly next: (value: unknown) => void };

const actors = new WeakMap<object, Selectable<unknown>>();

/** `useSelector` subscribes with an observer, as actors take it; a Readable takes a function. */
function actorOf(readable: Readable<unknown>): Selectable<unknown> {
  let actor = actors.get(readable);
  if (!actor) {
    actor = {
      getSnapshot: () => readable.getSnapshot(),
      subscribe: (observer: unknown) =>
        readable.subscribe((value) => (observer as Observer).next(value)),
    } as Selectable<unknown>;
    actors.set(readable, actor);
  }
  return actor;
}
