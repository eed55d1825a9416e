/** The shape of every port: start something, hear of it through `emit`, cancel it.
 *  No Promise crosses a port: their order depends on how many awaits a library happens to make.
 *  After `cancel()` nothing more is emitted. A report may be emitted before `start` returns only
 *  where the port says so. */
export type Cancel = () => void;
export type Emit<Report> = (report: Report) => void;
export type Start<Request, Report> = (request: Request, emit: Emit<Report>) => Cancel;
