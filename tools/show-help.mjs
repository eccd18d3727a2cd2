// What the commands of package.json print for `--help`, before anything is installed or compiled.

/** Prints the text and ends the process where the command line asks for it. */
export function showHelp(text) {
  if (!process.argv.slice(2).some((arg) => arg === '--help' || arg === '-h')) return;
  console.log(text.trim());
  process.exit();
}
