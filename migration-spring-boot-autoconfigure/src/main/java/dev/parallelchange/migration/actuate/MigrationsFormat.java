package dev.parallelchange.migration.actuate;

import org.springframework.boot.actuate.endpoint.ApiVersion;
import org.springframework.boot.actuate.endpoint.Producible;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * What the endpoint's answers can be. Of several that a client accepts, the last one
 * counts; a client that accepts anything gets JSON.
 */
public enum MigrationsFormat implements Producible<MigrationsFormat> {

	/** JSON for a client that names no version. */
	JSON(MimeTypeUtils.APPLICATION_JSON),

	/** JSON for clients of Spring Boot 2. */
	ACTUATOR_2(ApiVersion.V2.getProducedMimeType()),

	/** JSON as Actuator's endpoints answer unless something else is asked for. */
	ACTUATOR_3(ApiVersion.V3.getProducedMimeType()),

	/** The page, for browsers. */
	PAGE(MimeTypeUtils.TEXT_HTML);

	private final MimeType mimeType;

	MigrationsFormat(MimeType mimeType) {
		this.mimeType = mimeType;
	}

	@Override
	public MimeType getProducedMimeType() {
		return this.mimeType;
	}

	@Override
	public boolean isDefault() {
		return this == ACTUATOR_3;
	}

}
