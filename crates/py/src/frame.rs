//! Tables in memory, by the Arrow C stream interface.
//!
//! All that is unsafe stands here: a capsule holds a pointer, and what it points to is as the
//! interface says.

use std::ffi::CStr;
use std::sync::Arc;

use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{ArrayRef, Int64Array, RecordBatch, RecordBatchIterator, RecordBatchReader, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::{Error, raised};

/// What a capsule with a stream is called.
const STREAM: &CStr = c"arrow_array_stream";

/// A table that Python holds, with the name that findings call it by.
#[pyclass(frozen)]
pub(crate) struct Frame(crossfoot::source::Frame);

#[pymethods]
impl Frame {
    /// Takes what `__arrow_c_stream__` gives; no value is copied.
    #[new]
    fn new(py: Python<'_>, capsule: &Bound<'_, PyCapsule>, name: &str) -> PyResult<Self> {
        let stream = taken(capsule)?;
        let batches = py.detach(|| {
            let reader = RecordBatchStreamReader::try_new(stream)?;
            let schema = reader.schema();
            reader.collect::<Result<Vec<RecordBatch>, ArrowError>>().map(|it| (schema, it))
        });
        let (schema, batches) = batches.map_err(|it| Error::new_err(format!("{name}: could not be read: {it}")))?;
        let frame = crossfoot::source::Frame::new(name, &schema, &batches);
        frame.map(Self).map_err(|it| raised(&it))
    }
}

impl Frame {
    pub(crate) fn frame(&self) -> &crossfoot::source::Frame {
        &self.0
    }
}

/// Moves the stream out of its capsule, which keeps a released one.
fn taken(capsule: &Bound<'_, PyCapsule>) -> PyResult<FFI_ArrowArrayStream> {
    let pointer = capsule.pointer_checked(Some(STREAM))?;
    // SAFETY: a capsule of this name points to an `ArrowArrayStream`, says the Arrow PyCapsule
    // interface. It is read once: `from_raw` leaves a released stream in its place.
    let stream = unsafe { FFI_ArrowArrayStream::from_raw(pointer.as_ptr().cast()) };
    Ok(stream)
}

/// The cells of a column that goes to Python.
#[derive(FromPyObject)]
pub(crate) enum Cells {
    Numbers(Vec<Option<i64>>),
    Texts(Vec<Option<String>>),
}

/// Columns as an Arrow stream in a capsule, for anything that takes `__arrow_c_stream__`.
///
/// A column with nothing but nulls is one of text.
#[pyfunction]
pub(crate) fn stream<'py>(py: Python<'py>, columns: Vec<(String, Cells)>) -> PyResult<Bound<'py, PyCapsule>> {
    let (mut fields, mut arrays): (Vec<Field>, Vec<ArrayRef>) = (Vec::new(), Vec::new());
    for (name, cells) in columns {
        let is_number = matches!(&cells, Cells::Numbers(it) if it.iter().any(Option::is_some));
        fields.push(Field::new(name, if is_number { DataType::Int64 } else { DataType::Utf8 }, true));
        arrays.push(match cells {
            Cells::Numbers(it) if is_number => Arc::new(Int64Array::from(it)),
            Cells::Numbers(it) => Arc::new(StringArray::new_null(it.len())),
            Cells::Texts(it) => Arc::new(StringArray::from(it)),
        });
    }
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays);
    let batch = batch.map_err(|it| PyValueError::new_err(it.to_string()))?;
    let reader = RecordBatchIterator::new([Ok(batch)], schema);
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), STREAM)
}
