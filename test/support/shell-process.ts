/**
 * Runs many commands of `teahouse admin` in one process, one after another, each as the program does: starting it anew
 * for each operation would take longer than all of their work. Commands come as JSON on standard input, and an answer
 * to each goes out as a line of JSON.
 */
import { admin } from '../../src/commands/admin/admin.ts';
import { explain } from '../../src/commands/explain.ts';

const commands = JSON.parse(await Bun.stdin.text()) as readonly (readonly string[])[];
for (const command of commands) {
  const lines: string[] = [];
  const code = await admin(command, (text) => void lines.push(text)).then(
    () => 0,
    (error: unknown) => {
      lines.push(explain(error));
      return 1;
    },
  );
  process.stdout.write(`${JSON.stringify({ code, output: lines.join('\n') })}\n`);
}
process.exit(0);
