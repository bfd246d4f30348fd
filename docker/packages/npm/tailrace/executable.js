"use strict";
// Finds the executable. Every start on the command line loads this file, so it requires nothing.

const PLATFORMS = ["linux-x64", "linux-arm64"];

function unsupported(platform) {
  return (
    `Tailrace runs on Linux, on x64 and arm64, and not yet on ${platform}. ` +
    "Until it does, run it in a container (docker run -p 127.0.0.1:8000:8000 tailrace)" +
    (platform.startsWith("win32") ? ", or in WSL, where this package works as on Linux. " : ". ") +
    "TAILRACE_EXECUTABLE may name one that you have built yourself."
  );
}

function missing(platform) {
  return (
    `Tailrace's package for this machine, @tailrace/${platform}, is not installed. npm leaves it out with ` +
    "--omit=optional, where node_modules was made on another kind of machine, and where tailrace was " +
    "installed from its file alone. Run npm install here, without that option, or with both files."
  );
}

/** Returns the path of the executable for this machine; TAILRACE_EXECUTABLE comes first. Throws an Error that
 * says what to do if there is none. */
function findExecutable(platform = `${process.platform}-${process.arch}`) {
  if (process.env.TAILRACE_EXECUTABLE) return process.env.TAILRACE_EXECUTABLE;
  if (!PLATFORMS.includes(platform)) throw new Error(unsupported(platform));
  try {
    return require.resolve(`@tailrace/${platform}/tailrace`);
  } catch {
    throw new Error(missing(platform));
  }
}

module.exports = { findExecutable };
