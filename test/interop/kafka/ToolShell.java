import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs the main methods of tools one after another in one JVM, since starting one takes longer than what most of them do.
 *
 * Reads a line for each run, the class and its arguments in base64 with spaces between them; answers a line with the exit status and, in base64,
 * what it wrote to standard output and to standard error. Ends with its input. Not for tools that keep state between runs.
 */
public class ToolShell {
    private static final class Exited extends RuntimeException {
        final int status;

        Exited(int status, String message) {
            super(message, null, false, false);
            this.status = status;
        }
    }

    /** The streams themselves stay: tools in Scala hold on to those that they saw first. */
    private static final class Switch extends OutputStream {
        volatile OutputStream target = OutputStream.nullOutputStream();

        @Override
        public void write(int value) throws IOException {
            target.write(value);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            target.write(bytes, from, length);
        }
    }

    /** With what the run that is under way has exited; some tools catch what is thrown then, and exit again. */
    private static Exited exited;

    public static void main(String[] args) throws Exception {
        PrintStream answers = System.out;
        Switch toolOut = new Switch();
        Switch toolErr = new Switch();
        Exit.Procedure thrown = (status, message) -> {
            if (exited == null) {
                if (message != null) System.err.println(message);
                exited = new Exited(status, message);
                // Whatever it says now, it would not have said.
                toolOut.target = OutputStream.nullOutputStream();
                toolErr.target = OutputStream.nullOutputStream();
            }
            throw exited;
        };
        Exit.setExitProcedure(thrown);
        Exit.setHaltProcedure(thrown);
        System.setOut(new PrintStream(toolOut, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(toolErr, true, StandardCharsets.UTF_8));
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            String[] words = Arrays.stream(line.split(" ")).map(ToolShell::decoded).toArray(String[]::new);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            toolOut.target = out;
            toolErr.target = err;
            exited = null;
            int status = run(words[0], Arrays.copyOfRange(words, 1, words.length));
            answers.println(status + " " + encoded(out) + " " + encoded(err));
        }
        System.exit(0);
    }

    private static int run(String name, String[] args) throws Exception {
        try {
            Class.forName(name).getMethod("main", String[].class).invoke(null, (Object) args);
            return exited == null ? 0 : exited.status;
        } catch (InvocationTargetException thrown) {
            if (exited != null) return exited.status;
            thrown.getCause().printStackTrace();
            return 1;
        }
    }

    private static String decoded(String word) {
        return new String(Base64.getDecoder().decode(word.substring(1)), StandardCharsets.UTF_8);
    }

    /** With a letter before it, so that nothing is a word too. */
    private static String encoded(ByteArrayOutputStream bytes) {
        return "=" + Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
