/** Keeps zod from compiling parsers with `new Function`, which the page's CSP forbids.
 *  Imported first by every entry (page, page worker, worklet): zod reads the setting when a schema
 *  is built, so it has to come before any module that builds one. */
import { config } from "zod/mini";

config({ jitless: true });
