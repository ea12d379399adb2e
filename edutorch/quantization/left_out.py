"""What torch.ao.quantization has and edutorch leaves out, with what to use instead."""

from __future__ import annotations

from ..left_out import missing, of_package

_NAMES = {
    "models are changed module by module here, by prepare and convert: nothing traces or compiles them": """
        convert_jit prepare_jit quantize_jit convert_dynamic_jit prepare_dynamic_jit quantize_dynamic_jit
        fuse_conv_bn_jit script_qconfig script_qconfig_dict QConfigMapping get_default_qconfig_mapping
        get_default_qat_qconfig_mapping get_default_qconfig_dict get_default_qat_qconfig_dict MatchAllNode
        Pattern ReuseInputObserver quantize_fx default_reuse_input_observer default_reuse_input_qconfig
        get_default_float_to_quantized_operator_mappings get_quantized_operator quantize_pt2e
    """,
    "use FakeQuantize, which does the same in two steps": """
        FusedMovingAvgObsFakeQuantize default_fused_act_fake_quant default_fused_wt_fake_quant default_qat_qconfig_v2
        default_fused_per_channel_wt_fake_quant fused_wt_fake_quant_range_neg_127_to_127
        fused_per_channel_wt_fake_quant_range_neg_127_to_127
    """,
    "derive from UniformQuantizationObserverBase or FakeQuantize": "ObserverBase FakeQuantizeBase NoopObserver",
    "sigmoid, tanh and softmax stay in floats: put a DeQuantStub before them": """
        FixedQParamsObserver FixedQParamsFakeQuantize default_affine_fixed_qparams_fake_quant
        default_affine_fixed_qparams_observer default_fixed_qparams_range_0to1_fake_quant
        default_fixed_qparams_range_0to1_observer default_fixed_qparams_range_neg1to1_fake_quant
        default_fixed_qparams_range_neg1to1_observer default_symmetric_fixed_qparams_fake_quant
        default_symmetric_fixed_qparams_observer
    """,
    "embeddings stay in floats: zero points are integers here": """
        default_embedding_fake_quant default_embedding_fake_quant_4bit default_embedding_qat_qconfig
        default_embedding_qat_qconfig_4bit default_float_qparams_observer default_float_qparams_observer_4bit
        float_qparams_weight_only_qconfig float_qparams_weight_only_qconfig_4bit
        get_embedding_qat_module_mappings get_embedding_static_quant_module_mappings
    """,
    "use model.half() for float16": "float16_dynamic_qconfig float16_static_qconfig PlaceholderObserver QConfigDynamic",
    "quantize_dynamic observes no activations": """
        default_placeholder_observer default_dynamic_quant_observer default_dynamic_fake_quant
        default_dynamic_qat_qconfig
    """,
    "write QConfig(activation=..., weight=...), with observers made by with_args(quant_min=-127, quant_max=127)": """
        QConfigAny qconfig_equals default_symmetric_qnnpack_qconfig default_per_channel_symmetric_qnnpack_qconfig
        default_symmetric_qnnpack_qat_qconfig default_per_channel_symmetric_qnnpack_qat_qconfig
        weight_observer_range_neg_127_to_127 per_channel_weight_observer_range_neg_127_to_127
        default_quint8_weight_qconfig default_weight_only_qconfig default_activation_only_qconfig
        default_histogram_observer default_histogram_fake_quant
    """,
    "use register_forward_hook": "RecordingObserver default_debug_observer default_debug_qconfig",
    "use fuse_modules, or nn.utils.fuse_conv_bn_eval": """
        fuse_conv_bn fuse_conv_bn_relu fuse_convtranspose_bn fuse_linear_bn get_fuser_method get_fuser_method_new
        fuse_known_modules
    """,
    "give convert a mapping of types: quantize.QUANTIZED and dynamic.MAPPING are those used": """
        swap_module get_combined_dict get_default_custom_config_dict get_default_dynamic_quant_module_mappings
        get_default_dynamic_sparse_quant_module_mappings get_default_qat_module_mappings
        get_default_qconfig_propagation_list get_default_static_quant_module_mappings
        get_default_static_quant_reference_module_mappings get_default_static_sparse_quant_module_mappings
        get_dynamic_quant_module_class get_static_quant_module_class get_default_compare_output_module_list
        no_observer_set
    """,
    "an observer's numbers are in model.state_dict()": "get_observer_state_dict load_observer_state_dict",
    "write a loop over the data": "default_eval_fn",
    "it describes kernels that there are not here": """
        ObserverOrFakeQuantize QuantType AffineQuantizedObserverBase Granularity MappingType PerAxis PerBlock PerGroup
        PerRow PerTensor PerToken TorchAODType ZeroPointDomain get_block_size
    """,
}

REASONS = {name: reason for reason, names in _NAMES.items() for name in names.split()}
of_package("edutorch.quantization", REASONS)

__all__ = ["missing"]
