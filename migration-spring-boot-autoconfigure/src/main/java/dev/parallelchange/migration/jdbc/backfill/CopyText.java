package dev.parallelchange.migration.jdbc.backfill;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.transform.RowTransformation;
import org.jspecify.annotations.Nullable;

/**
 * Transforms rows in the text format of {@code COPY}: the values in front stay as they
 * are, those behind them are taken apart, transformed and put together again.
 */
final class CopyText implements CopyStream.Change {

	private static final byte[] NULL = { '\\', 'N' };

	private final int untouched;

	private final RowTransformation transformation;

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	/**
	 * Create a format, for one thread at a time.
	 * @param untouched the number of values in front, at least one
	 * @param transformation what becomes of the others
	 */
	CopyText(int untouched, RowTransformation transformation) {
		this.untouched = untouched;
		this.transformation = transformation;
	}

	@Override
	public byte[] change(byte[] row) throws SQLException {
		int end = endOfUntouched(row);
		List<@Nullable String> values = this.transformation.apply(values(row, end + 1));
		this.out.reset();
		this.out.write(row, 0, end);
		for (String value : values) {
			this.out.write('\t');
			write(value);
		}
		this.out.write('\n');
		return this.out.toByteArray();
	}

	private int endOfUntouched(byte[] row) {
		int position = -1;
		for (int i = 0; i < this.untouched; i++) {
			position = endOfValue(row, position + 1);
		}
		return position;
	}

	private static int endOfValue(byte[] row, int start) {
		int position = start;
		while (row[position] != '\t' && row[position] != '\n') {
			position++;
		}
		return position;
	}

	private static List<@Nullable String> values(byte[] row, int start) {
		List<@Nullable String> values = new ArrayList<>();
		int from = start;
		while (from < row.length) {
			int end = endOfValue(row, from);
			values.add(value(row, from, end));
			from = end + 1;
		}
		return values;
	}

	private static @Nullable String value(byte[] row, int from, int end) {
		if (end - from == 2 && row[from] == NULL[0] && row[from + 1] == NULL[1]) {
			return null;
		}
		int position = from;
		while (position < end && row[position] != '\\') {
			position++;
		}
		return (position == end) ? new String(row, from, end - from, StandardCharsets.UTF_8)
				: unescaped(row, from, end);
	}

	/**
	 * The server writes no other escapes than of one letter.
	 */
	private static String unescaped(byte[] row, int from, int end) {
		byte[] text = new byte[end - from];
		int length = 0;
		for (int i = from; i < end; i++) {
			text[length++] = (row[i] != '\\') ? row[i] : unescaped(row[++i]);
		}
		return new String(text, 0, length, StandardCharsets.UTF_8);
	}

	private static byte unescaped(byte letter) {
		return switch (letter) {
			case 'b' -> '\b';
			case 'f' -> '\f';
			case 'n' -> '\n';
			case 'r' -> '\r';
			case 't' -> '\t';
			case 'v' -> 0x0b;
			default -> letter;
		};
	}

	private void write(@Nullable String value) {
		byte[] text = (value != null) ? value.getBytes(StandardCharsets.UTF_8) : NULL;
		int written = 0;
		for (int i = 0; i < text.length && value != null; i++) {
			char letter = letter(text[i]);
			if (letter != 0) {
				this.out.write(text, written, i - written);
				this.out.write('\\');
				this.out.write(letter);
				written = i + 1;
			}
		}
		this.out.write(text, written, text.length - written);
	}

	/** What stands behind a backslash for what means something else. */
	private static char letter(byte each) {
		return switch (each) {
			case '\\' -> '\\';
			case '\n' -> 'n';
			case '\r' -> 'r';
			case '\t' -> 't';
			default -> 0;
		};
	}

}
