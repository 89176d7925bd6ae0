package dev.parallelchange.benchmarks.copy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import dev.parallelchange.benchmarks.measure.Sample;

import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.configuration.support.MapJobRegistry;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.launch.support.TaskExecutorJobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.ResourcelessJobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.database.JdbcBatchItemWriter;
import org.springframework.batch.infrastructure.item.database.JdbcPagingItemReader;
import org.springframework.batch.infrastructure.item.database.Order;
import org.springframework.batch.infrastructure.item.database.builder.JdbcBatchItemWriterBuilder;
import org.springframework.batch.infrastructure.item.database.builder.JdbcPagingItemReaderBuilder;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * The same copy as a Spring Batch job. Its repository is kept in memory, which is less
 * work than a job that can be restarted has.
 */
final class BatchJob {

	private static final int CHUNK = 1000;

	private final Copies copies;

	private final CopyTable table;

	private final DataSource dataSource;

	BatchJob(Copies copies) {
		this.copies = copies;
		this.table = copies.table();
		this.dataSource = copies.database().dataSource();
	}

	/**
	 * Copy the first rows.
	 */
	Sample copy(long rows) {
		this.table.createTarget(this.copies.database());
		return this.copies.timed(rows, () -> {
			try {
				run((int) rows);
			}
			catch (Exception ex) {
				throw new IllegalStateException("The job has failed", ex);
			}
		});
	}

	private void run(int rows) throws Exception {
		JobRepository repository = new ResourcelessJobRepository();
		Step step = new StepBuilder("copy", repository).<Object[], Object[]>chunk(CHUNK)
			.transactionManager(new JdbcTransactionManager(this.dataSource))
			.reader(reader(rows))
			.writer(writer())
			.build();
		Job job = new JobBuilder("copy", repository).start(step).build();
		TaskExecutorJobOperator operator = new TaskExecutorJobOperator();
		operator.setJobRepository(repository);
		operator.setJobRegistry(new MapJobRegistry());
		operator.afterPropertiesSet();
		JobExecution execution = operator.start(job, new JobParameters());
		if (execution.getStatus() != BatchStatus.COMPLETED) {
			throw new IllegalStateException(
					"The job ended as %s: %s".formatted(execution.getStatus(), execution.getAllFailureExceptions()));
		}
	}

	private JdbcPagingItemReader<Object[]> reader(int rows) throws Exception {
		List<String> columns = this.table.columns();
		JdbcPagingItemReader<Object[]> reader = new JdbcPagingItemReaderBuilder<Object[]>().name("orders")
			.dataSource(this.dataSource)
			.selectClause("select " + this.table.values())
			.fromClause("from orders as source")
			.sortKeys(Map.of("id", Order.ASCENDING))
			.pageSize(CHUNK)
			.fetchSize(CHUNK)
			.maxItemCount(rows)
			.rowMapper((result, row) -> {
				List<Object> values = new ArrayList<>(columns.size());
				for (int i = 1; i <= columns.size(); i++) {
					values.add(result.getObject(i));
				}
				return values.toArray();
			})
			.build();
		reader.afterPropertiesSet();
		return reader;
	}

	private JdbcBatchItemWriter<Object[]> writer() {
		List<String> columns = this.table.columns();
		JdbcBatchItemWriter<Object[]> writer = new JdbcBatchItemWriterBuilder<Object[]>().dataSource(this.dataSource)
			.sql("insert into purchases (%s) values (%s)".formatted(String.join(", ", columns),
					String.join(", ", Collections.nCopies(columns.size(), "?"))))
			.itemPreparedStatementSetter((row, statement) -> {
				for (int i = 0; i < row.length; i++) {
					statement.setObject(i + 1, row[i]);
				}
			})
			.build();
		writer.afterPropertiesSet();
		return writer;
	}

}
