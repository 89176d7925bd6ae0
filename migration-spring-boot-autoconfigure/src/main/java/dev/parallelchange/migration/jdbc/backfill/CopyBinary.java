package dev.parallelchange.migration.jdbc.backfill;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.transform.RowTransformation;
import org.jspecify.annotations.Nullable;

/**
 * Transforms rows in the binary format of {@code COPY}: the values in front stay as they
 * are, those behind them are texts, which are transformed.
 */
final class CopyBinary implements CopyStream.Change {

	private static final int SIGNATURE = 11 + Integer.BYTES;

	private static final int END = -1;

	private static final int NULL = -1;

	private final int untouched;

	private final RowTransformation transformation;

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private boolean begun;

	/**
	 * Create a format, for one thread and one {@code COPY}.
	 * @param untouched the number of values in front
	 * @param transformation what becomes of the others
	 */
	CopyBinary(int untouched, RowTransformation transformation) {
		this.untouched = untouched;
		this.transformation = transformation;
	}

	@Override
	public byte[] change(byte[] row) throws SQLException {
		ByteBuffer in = ByteBuffer.wrap(row);
		skipHeader(in);
		int header = in.position();
		if (!in.hasRemaining() || in.getShort() == END) {
			return row;
		}
		int start = in.position();
		skipUntouched(in);
		int end = in.position();
		List<@Nullable String> values = this.transformation.apply(values(in));
		this.out.reset();
		this.out.write(row, 0, header);
		writeShort(this.untouched + values.size());
		this.out.write(row, start, end - start);
		values.forEach(this::write);
		return this.out.toByteArray();
	}

	/** The header comes alone or with the first row. */
	private void skipHeader(ByteBuffer in) {
		if (!this.begun) {
			this.begun = true;
			in.position(SIGNATURE);
			int extension = in.getInt();
			in.position(in.position() + extension);
		}
	}

	private void skipUntouched(ByteBuffer in) {
		for (int i = 0; i < this.untouched; i++) {
			int length = in.getInt();
			in.position(in.position() + Math.max(0, length));
		}
	}

	private static List<@Nullable String> values(ByteBuffer in) {
		List<@Nullable String> values = new ArrayList<>();
		while (in.hasRemaining()) {
			int length = in.getInt();
			values.add((length != NULL) ? text(in, length) : null);
		}
		return values;
	}

	private static String text(ByteBuffer in, int length) {
		String text = new String(in.array(), in.position(), length, StandardCharsets.UTF_8);
		in.position(in.position() + length);
		return text;
	}

	private void write(@Nullable String value) {
		if (value == null) {
			writeInt(NULL);
			return;
		}
		byte[] text = value.getBytes(StandardCharsets.UTF_8);
		writeInt(text.length);
		this.out.write(text, 0, text.length);
	}

	private void writeInt(int value) {
		writeShort(value >> Short.SIZE);
		writeShort(value);
	}

	private void writeShort(int value) {
		this.out.write(value >> Byte.SIZE);
		this.out.write(value);
	}

}
