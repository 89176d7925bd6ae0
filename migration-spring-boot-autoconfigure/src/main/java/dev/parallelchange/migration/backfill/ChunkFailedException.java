package dev.parallelchange.migration.backfill;

import dev.parallelchange.migration.MigrationException;

/**
 * Thrown when a chunk could not be copied.
 */
public class ChunkFailedException extends MigrationException {

	private static final long serialVersionUID = 1L;

	private final transient Chunk chunk;

	/**
	 * Create the exception.
	 * @param chunk the chunk
	 * @param cause what went wrong
	 */
	public ChunkFailedException(Chunk chunk, RuntimeException cause) {
		super(chunk.planId(), "Chunk %d of plan '%s' could not be copied".formatted(chunk.number(), chunk.planId()),
				cause);
		this.chunk = chunk;
	}

	/**
	 * Return the chunk.
	 * @return the chunk as it was when its copy began
	 */
	public Chunk getChunk() {
		return this.chunk;
	}

}
