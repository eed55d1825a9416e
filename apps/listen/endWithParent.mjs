/** Loaded into the host's process before everything else: when the player is gone, however it went, the
 *  channel between the two closes, and the host ends as on Ctrl-C. */
process.on("disconnect", () => process.kill(process.pid, "SIGINT"));
process.channel?.unref();
