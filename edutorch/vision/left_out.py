"""What torchvision has and edutorch leaves out, with what to use instead."""

from __future__ import annotations

from ..left_out import missing, of_package

_MODELS = "models.list_models() says which there are: resnet50, densenet121, efficientnet_b0, vit_b_16 and others"
_FOLDERS = "put its images into a folder for each class and use datasets.ImageFolder, or write a Dataset"
_DATASET = "write a Dataset that reads its files, with datasets.VisionDataset as its base"
_DETECTION = "detectors are left out; nms, box_iou and their relatives are in vision.ops"
_CHANCE = "use transforms.TrivialAugmentWide or transforms.RandAugment"
_PLAIN = "images are plain tensors or PIL images, and transforms change images alone: change boxes by tensor operations"
_FUNCTIONAL = "use the function of transforms.functional that is named without _image"
_FILES = "io.read_image reads image files, and utils.save_image writes them, through Pillow"
_DRAWING = "draw with matplotlib, or with PIL.ImageDraw on to_pil_image(tensor)"
_BACKEND = "leave the call out: Pillow reads images, and nothing reads videos"
_SELF = "use vision.transforms, which has these names itself"

_NAMES = {
    _MODELS: """
        ConvNeXt ConvNeXt_Base_Weights ConvNeXt_Large_Weights ConvNeXt_Small_Weights ConvNeXt_Tiny_Weights convnext
        convnext_base convnext_large convnext_small convnext_tiny EfficientNet_B1_Weights EfficientNet_B2_Weights
        EfficientNet_B3_Weights EfficientNet_B4_Weights EfficientNet_B5_Weights EfficientNet_B6_Weights
        EfficientNet_B7_Weights EfficientNet_V2_L_Weights EfficientNet_V2_M_Weights EfficientNet_V2_S_Weights
        efficientnet_b1 efficientnet_b2 efficientnet_b3 efficientnet_b4 efficientnet_b5 efficientnet_b6 efficientnet_b7
        efficientnet_v2_l efficientnet_v2_m efficientnet_v2_s Inception3 InceptionOutputs Inception_V3_Weights inception
        inception_v3 MNASNet MNASNet0_5_Weights MNASNet0_75_Weights MNASNet1_0_Weights MNASNet1_3_Weights mnasnet
        mnasnet0_5 mnasnet0_75 mnasnet1_0 mnasnet1_3 MaxVit MaxVit_T_Weights maxvit maxvit_t MobileNetV3
        MobileNet_V3_Large_Weights MobileNet_V3_Small_Weights mobilenetv3 mobilenet_v3_large mobilenet_v3_small RegNet
        RegNet_X_16GF_Weights RegNet_X_1_6GF_Weights RegNet_X_32GF_Weights RegNet_X_3_2GF_Weights
        RegNet_X_400MF_Weights RegNet_X_800MF_Weights RegNet_X_8GF_Weights RegNet_Y_128GF_Weights
        RegNet_Y_16GF_Weights RegNet_Y_1_6GF_Weights RegNet_Y_32GF_Weights RegNet_Y_3_2GF_Weights
        RegNet_Y_400MF_Weights RegNet_Y_800MF_Weights RegNet_Y_8GF_Weights regnet regnet_x_16gf regnet_x_1_6gf
        regnet_x_32gf regnet_x_3_2gf regnet_x_400mf regnet_x_800mf regnet_x_8gf regnet_y_128gf regnet_y_16gf
        regnet_y_1_6gf regnet_y_32gf regnet_y_3_2gf regnet_y_400mf regnet_y_800mf regnet_y_8gf
        ResNeXt101_32X8D_Weights ResNeXt101_64X4D_Weights resnext101_32x8d resnext101_64x4d ShuffleNetV2
        ShuffleNet_V2_X0_5_Weights ShuffleNet_V2_X1_0_Weights ShuffleNet_V2_X1_5_Weights ShuffleNet_V2_X2_0_Weights
        shufflenetv2 shufflenet_v2_x0_5 shufflenet_v2_x1_0 shufflenet_v2_x1_5 shufflenet_v2_x2_0 SwinTransformer
        Swin_B_Weights Swin_S_Weights Swin_T_Weights Swin_V2_B_Weights Swin_V2_S_Weights Swin_V2_T_Weights
        swin_transformer swin_b swin_s swin_t swin_v2_b swin_v2_s swin_v2_t ViT_H_14_Weights ViT_L_16_Weights
        ViT_L_32_Weights vit_h_14 vit_l_16 vit_l_32 Wide_ResNet101_2_Weights wide_resnet101_2
    """,
    "models classify images here: write the network's own head and loss": """
        detection optical_flow quantization segmentation video
    """,
    _FOLDERS: """
        Caltech101 Caltech256 Country211 DTD EuroSAT FER2013 FGVCAircraft Flowers102 Food101 GTSRB INaturalist ImageNet
        Imagenette LSUN LSUNClass Omniglot OxfordIIITPet PCAM Places365 RenderedSST2 SEMEION StanfordCars SUN397 USPS
    """,
    _DATASET: """
        CLEVRClassification CREStereo CarlaStereo CelebA Cityscapes CocoCaptions CocoDetection ETH3DStereo
        FallingThingsStereo Flickr30k Flickr8k FlyingChairs FlyingThings3D HD1K HMDB51 InStereo2k Kinetics Kitti
        Kitti2012Stereo Kitti2015Stereo KittiFlow LFWPairs LFWPeople Middlebury2014Stereo MovingMNIST PhotoTour
        SBDataset
        SBU SceneFlowStereo Sintel SintelStereo UCF101 VOCDetection VOCSegmentation WIDERFace
    """,
    "use register_forward_hook, or nn.Sequential(*list(model.children())[:-1])": """
        feature_extraction create_feature_extractor get_graph_node_names
    """,
    _CHANCE: "AugMix AutoAugment AutoAugmentPolicy",
    "use transforms.RandomPerspective or transforms.RandomAffine": "ElasticTransform elastic_transform elastic",
    "use transforms.Lambda with a matrix product": "LinearTransformation",
    _SELF: "autoaugment transforms RandAugment TrivialAugmentWide",
    "mix the images and labels of a batch by lam * x + (1 - lam) * x.flip(0), with lam from random.betavariate": """
        CutMix MixUp
    """,
    "use transforms.Lambda": """
        GaussianNoise Identity JPEG RGB RandomChannelPermutation RandomPhotometricDistort RandomResize ToPureTensor
        UniformTemporalSubsample jpeg permute_channels gaussian_noise grayscale_to_rgb uniform_temporal_subsample
        RandomShortestSize ScaleJitter RandomZoomOut
    """,
    "a transform is a class with __call__(self, img): it needs no base": "Transform",
    _PLAIN: """
        ClampBoundingBoxes ClampKeyPoints ConvertBoundingBoxFormat RandomIoUCrop SanitizeBoundingBoxes SanitizeKeyPoints
        SetClampingMode check_type get_bounding_boxes get_keypoints has_all has_any query_chw query_size tv_tensors
        wrap_dataset_for_transforms_v2 clamp_bounding_boxes clamp_keypoints convert_bounding_box_format is_pure_tensor
        register_kernel sanitize_bounding_boxes sanitize_keypoints
    """,
    "use hflip, vflip, get_dimensions, get_image_size and get_image_num_channels": """
        horizontal_flip vertical_flip get_size get_num_channels get_num_frames
    """,
    "use transforms.v2.ToImage and transforms.v2.ToDtype": "to_image to_dtype",
    _DRAWING: "draw_bounding_boxes draw_keypoints draw_segmentation_masks flow_to_image",
    _DETECTION: """
        DeformConv2d FeaturePyramidNetwork MultiScaleRoIAlign PSRoIAlign PSRoIPool RoIAlign RoIPool deform_conv2d
        ps_roi_align ps_roi_pool roi_align roi_pool
    """,
    "use nn.Dropout2d or nn.Dropout3d": "DropBlock2d DropBlock3d drop_block2d drop_block3d",
    "use ops.generalized_box_iou, and 1 - it of each pair as a loss": """
        complete_box_iou complete_box_iou_loss distance_box_iou distance_box_iou_loss generalized_box_iou_loss
    """,
    _FILES: """
        decode_avif decode_gif decode_heic decode_jpeg decode_png decode_webp encode_jpeg encode_png read_file
        write_file
        write_jpeg write_png
    """,
    _BACKEND: "get_image_backend get_video_backend set_image_backend set_video_backend",
    "torchvision.__version__ is the version": "version",
}
_KINDS = ("bounding_boxes", "keypoints", "mask", "video")  # of v2.functional, beside "image"
_CHANGES = """
    adjust_brightness adjust_contrast adjust_gamma adjust_hue adjust_saturation adjust_sharpness affine autocontrast
    center_crop crop elastic equalize erase five_crop gaussian_blur gaussian_noise get_dimensions get_num_channels
    get_num_frames get_size grayscale_to_rgb horizontal_flip invert jpeg normalize pad permute_channels perspective
    posterize resize resized_crop rgb_to_grayscale rotate solarize ten_crop to_dtype uniform_temporal_subsample
    vertical_flip
""".split()

REASONS = {name: reason for reason, names in _NAMES.items() for name in names.split()}
REASONS |= {f"{change}_image": _FUNCTIONAL for change in _CHANGES}
REASONS |= {f"{change}_{kind}": _PLAIN for change in _CHANGES for kind in _KINDS}
of_package("edutorch.vision", REASONS)

__all__ = ["missing"]
